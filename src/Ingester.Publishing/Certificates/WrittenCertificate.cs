using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Certificates;

/// <summary>The result of writing a certificate.</summary>
/// <param name="Keys">Its exchange, dataset and day.</param>
/// <param name="Statement">Its content.</param>
/// <param name="Digest">The digest of its payload.</param>
/// <param name="IsNew">False when the newest revision already had this payload.</param>
internal sealed record WrittenCertificate(CertificateKeys Keys, CertificateStatement Statement, string Digest, bool IsNew);
