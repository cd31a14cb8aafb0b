"""Which records must still be held, which are due, and how are those anonymized?"""
