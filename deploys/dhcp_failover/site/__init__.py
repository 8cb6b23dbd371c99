"""What is declared: the data of a site, its checks and its messages.

Pure: it imports nothing of the other rooms, and knows no engine.
"""
