"""From which texts and lists is the model of names made, and how good is it?"""
