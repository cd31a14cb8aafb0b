"""Which names do sure contexts tell, so that they are found where nothing else does?"""
