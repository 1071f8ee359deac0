namespace Ingester.Dashboard.Days.Certificates;

/// <summary>The PEM files with the public keys that verifications trust.</summary>
/// <param name="Paths">The files; empty when nothing is trusted, and then nothing is verified.</param>
internal sealed record TrustedKeyFiles(IReadOnlyList<string> Paths);
