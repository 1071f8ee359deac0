using Ingester.Publishing.Certificates;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Verification;

/// <summary>The result of a verification.</summary>
/// <param name="Keys">Exchange, dataset and day.</param>
/// <param name="Statement">The certificate; null when there is none that can be trusted.</param>
/// <param name="Digest">The digest of its payload.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="Problems">What is wrong, as sentences; empty when everything holds.</param>
internal sealed record VerificationResult(CertificateKeys Keys, CertificateStatement? Statement, string? Digest, string? KeyId, IReadOnlyList<string> Problems)
{
    /// <summary>True when everything that was checked holds.</summary>
    public bool Holds => Problems.Count == 0 && Statement is not null;

    /// <summary>Number of checked files.</summary>
    public int Files { get; init; }

    /// <summary>Number of their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Number of their rows.</summary>
    public long Rows { get; init; }

    /// <summary>The result of a verification that could not begin.</summary>
    public static VerificationResult Failed(CertificateKeys keys, string problem) => new(keys, null, null, null, [problem]);
}
