"""How far a goal has come, in words."""

from django import template

from crm.plan import saying

register = template.Library()
register.filter("how_far", saying.how_far)
