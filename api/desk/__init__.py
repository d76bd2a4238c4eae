"""Carry out what the dispatcher's desk asks for, and show incidents to those who may see them."""
