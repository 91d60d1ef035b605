//! Households, visits, needs, roles and what each may see. Pure.
