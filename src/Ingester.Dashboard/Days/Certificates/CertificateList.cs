namespace Ingester.Dashboard.Days.Certificates;

/// <summary>The newest certificates of some days.</summary>
/// <param name="Certificates">The certificates: newest day first, then by exchange and dataset.</param>
/// <param name="Pending">Number of certificates that are listed and not read yet.</param>
internal sealed record CertificateList(IReadOnlyList<CertificateSummary> Certificates, int Pending);
