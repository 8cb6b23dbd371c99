"""The data of a site: model, layers, checks and messages.

Pure: it imports nothing of the other rooms, and knows no engine.
"""
