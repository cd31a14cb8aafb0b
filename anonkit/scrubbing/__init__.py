"""What lies between what is found and what is written?"""
