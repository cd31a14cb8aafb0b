"""Which secret, where does it lie, and what is derived from it?"""
