# Consents.
consent-stance-given = given
consent-stance-heard = heard
consent-stance-not-needed = not needed
consent-stance-refused = refused
consent-state-standing = standing
consent-state-not-standing = not standing
consent-state-not-yet = not yet standing
consent-state-revoked = revoked
consent-state-expired = expired
