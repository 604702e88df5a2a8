"""Who acts: users, roles scoped to the tree city > division > institution, sign-in and tokens."""
