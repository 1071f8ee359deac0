using System.Globalization;

namespace Ingester.Core.Proof;

/// <summary>
/// How much a whole window proves (<c>docs/proof.md</c>): <c>chain</c>, <c>checksum-N</c>, <c>connection</c> or <c>none</c>. Greater is stronger.
/// </summary>
internal readonly record struct ProofGrade : IComparable<ProofGrade>
{
    private const string ChecksumPrefix = "checksum-";

    // none 0, connection 1, checksum-N 1 + N, chain the greatest: the default is the weakest.
    private readonly int rank;

    private ProofGrade(int rank) => this.rank = rank;

    /// <summary>No exchange time, or no proof at all: never whole.</summary>
    public static ProofGrade None { get; }

    /// <summary>A subscribed connection covered the window; a message that the exchange never sent goes unnoticed.</summary>
    public static ProofGrade Connection { get; } = new(1);

    /// <summary>Ids are contiguous over both edges of the window: nothing can go unnoticed.</summary>
    public static ProofGrade Chain { get; } = new(int.MaxValue);

    /// <summary>The exchange's checksum over the best <paramref name="levels"/> levels held before, inside and after the window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of levels is not positive.</exception>
    public static ProofGrade Checksum(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(levels);
        return new(1 + levels);
    }

    /// <summary>Reads what <see cref="ToString"/> writes; null for any other text.</summary>
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

    /// <summary>The grade as metadata, coverage and reports name it.</summary>
    public override string ToString() => rank switch
    {
        0 => "none",
        1 => "connection",
        int.MaxValue => "chain",
        _ => string.Create(CultureInfo.InvariantCulture, $"{ChecksumPrefix}{rank - 1}"),
    };
}
