using System.Globalization;

namespace Ingester.Core.Proof;

/// <summary>
/// The strength of the proof of a whole window (<c>docs/proof.md</c>): <c>chain</c>, <c>checksum-N</c>, <c>connection</c> or <c>none</c>. Greater is
/// stronger.
/// </summary>
internal readonly record struct ProofGrade : IComparable<ProofGrade>
{
    private const string ChecksumPrefix = "checksum-";

    // none is 0, connection is 1, checksum-N is 1 + N, chain is the greatest: the default is the weakest
    private readonly int rank;

    private ProofGrade(int rank) => this.rank = rank;

    /// <summary>No exchange time, or no proof at all: never whole.</summary>
    public static ProofGrade None { get; }

    /// <summary>A subscribed connection covered the window. A message that the exchange never sent is not detected.</summary>
    public static ProofGrade Connection { get; } = new(1);

    /// <summary>Ids are contiguous over both edges of the window: every missing message is detected.</summary>
    public static ProofGrade Chain { get; } = new(int.MaxValue);

    /// <summary>The exchange's checksum over the best <paramref name="levels"/> levels matched before, inside and after the window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of levels is not positive.</exception>
    public static ProofGrade Checksum(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(levels);
        return new(1 + levels);
    }

    /// <summary>Parses the text that <see cref="ToString"/> writes; returns null for any other text.</summary>
    public static ProofGrade? Parse(ReadOnlySpan<char> text) => text switch
    {
        "chain" => Chain,
        "connection" => Connection,
        "none" => None,
        _ when text.StartsWith(ChecksumPrefix, StringComparison.Ordinal)
            && int.TryParse(text[ChecksumPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var levels) && levels > 0 => Checksum(levels),
        _ => null,
    };

    /// <inheritdoc/>
    public int CompareTo(ProofGrade other) => rank.CompareTo(other.rank);

    /// <summary>The grade as written in metadata, coverage and reports.</summary>
    public override string ToString() => rank switch
    {
        0 => "none",
        1 => "connection",
        int.MaxValue => "chain",
        _ => string.Create(CultureInfo.InvariantCulture, $"{ChecksumPrefix}{rank - 1}"),
    };
}
