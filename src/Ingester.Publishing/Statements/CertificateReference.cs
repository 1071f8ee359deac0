namespace Ingester.Publishing.Statements;

/// <summary>Another certificate of the same exchange and dataset.</summary>
/// <param name="Day">Its day.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Digest">The digest of its payload.</param>
internal sealed record CertificateReference(DateOnly Day, int Revision, Digest Digest);
