"""Which linkable values count as personal, where a policy asks for what is linked?"""
