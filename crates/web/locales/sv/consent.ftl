# Samtycken.
consent-stance-given = lämnat
consent-stance-heard = hörd
consent-stance-not-needed = behövs inte
consent-stance-refused = vägrat
consent-state-standing = gäller
consent-state-not-standing = gäller inte
consent-state-not-yet = gäller inte än
consent-state-revoked = återkallat
consent-state-expired = har gått ut
