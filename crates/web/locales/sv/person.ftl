# Personer.
identity-kind-personal-number = personnummer
identity-kind-coordination-number = samordningsnummer
identity-kind-local-number = lokalt nummer
identity-kind-unknown = okänd identitet
