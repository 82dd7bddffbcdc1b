-- Proofs of consent are lost with them.
DROP TABLE privacy_request;
DROP TABLE privacy_consent;
DROP TABLE privacy_document;
