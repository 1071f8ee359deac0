using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Certificates;

/// <summary>A certificate that was read. Its signature is not verified.</summary>
/// <param name="Key">The key of its envelope.</param>
/// <param name="Envelope">The envelope.</param>
/// <param name="Statement">The payload.</param>
internal sealed record StoredCertificate(string Key, Envelope Envelope, CertificateStatement Statement)
{
    /// <summary>The digest of the payload.</summary>
    public string Digest => CertificateStatement.DigestOf(Envelope.Payload);

    /// <summary>How other certificates name it.</summary>
    public CertificateReference ToReference() => new(Statement.Predicate.Day, Statement.Predicate.Revision, new(Digest));
}
