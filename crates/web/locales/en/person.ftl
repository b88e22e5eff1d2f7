# Persons.
identity-kind-personal-number = personal number
identity-kind-coordination-number = coordination number
identity-kind-local-number = local number
identity-kind-unknown = unknown identity
