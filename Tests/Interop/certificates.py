"""Certificates for the scripts: those of make-certificates.sh, and one that has expired."""

import datetime
import ipaddress
import os
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MAKE = os.path.join(os.path.dirname(__file__), "../../scripts/make-certificates.sh")


class Folder:
    """Files of one authority; `read` gives their bytes."""

    def __init__(self, name):
        self.path = os.path.join(os.environ["WORK"], name)
        subprocess.run([MAKE, self.path, "--client", "admin"], check=True, stdout=subprocess.DEVNULL)

    def __call__(self, name):
        return os.path.join(self.path, name)

    def read(self, name):
        with open(self(name), "rb") as file:
            return file.read()

    def expire(self):
        """Adds expired.pem and expired.key, for 127.0.0.1, which the authority signed and which ended yesterday."""
        authority = x509.load_pem_x509_certificate(self.read("ca.pem"))
        signer = serialization.load_pem_private_key(self.read("ca.key"), None)
        key = ec.generate_private_key(ec.SECP256R1())
        today = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "expired")]))
            .issuer_name(authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - datetime.timedelta(days=3))
            .not_valid_after(today - datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .sign(signer, hashes.SHA256())
        )
        with open(self("expired.pem"), "wb") as file:
            file.write(certificate.public_bytes(serialization.Encoding.PEM))
        with open(self("expired.key"), "wb") as file:
            file.write(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
