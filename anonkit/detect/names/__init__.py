"""Which people, addresses and organisations does free text name?"""
