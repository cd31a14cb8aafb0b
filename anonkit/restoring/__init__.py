"""How do values come back?"""
