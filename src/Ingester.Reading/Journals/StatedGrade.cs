using System.Globalization;

namespace Ingester.Reading.Journals;

/// <summary>
/// The grade of a whole window, as replicas state it: <c>chain</c>, <c>checksum-N</c>, <c>connection</c> or <c>none</c>. Format 1 states no grade: it
/// is unknown, and none is inferred.
/// </summary>
public readonly record struct StatedGrade
{
    private const string ChecksumStart = "checksum-";
    private const short ConnectionRank = 2;
    private const short ArchiveRank = short.MaxValue - 1;
    private const short MaxLevels = ArchiveRank - ConnectionRank - 1;

    private readonly short rank; // 0 is unknown; then from weakest to strongest

    private StatedGrade(short rank) => this.rank = rank;

    /// <summary>No grade is stated.</summary>
    public static StatedGrade Unknown => default;

    /// <summary>No proof.</summary>
    public static StatedGrade None { get; } = new(1);

    /// <summary>A subscribed connection covered the window; nothing else is known.</summary>
    public static StatedGrade Connection { get; } = new(ConnectionRank);

    /// <summary>The ids are contiguous over both edges of the window.</summary>
    public static StatedGrade Chain { get; } = new(short.MaxValue);

    /// <summary>
    /// The ids are contiguous over both edges of the window, and some of its rows are from a file that the exchange publishes: their ids are proven, their content is what
    /// the file states.
    /// </summary>
    public static StatedGrade Archive { get; } = new(ArchiveRank);

    /// <summary>The exchange's checksum over the best levels matched before, inside and after the window.</summary>
    public static StatedGrade Checksum(int levels) => new((short)(ConnectionRank + Math.Clamp(levels, 1, MaxLevels)));

    /// <summary>Parses a grade; unknown for any other text.</summary>
    public static StatedGrade Parse(string? text) => text switch
    {
        "none" => None,
        "connection" => Connection,
        "chain" => Chain,
        not null when text.StartsWith(ChecksumStart, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(ChecksumStart.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var levels) && levels > 0 => Checksum(levels),
        _ => Unknown,
    };

    /// <summary>The stronger of two grades.</summary>
    public static StatedGrade Stronger(StatedGrade one, StatedGrade other) => one.rank >= other.rank ? one : other;

    /// <summary>The weaker of two grades.</summary>
    public static StatedGrade Weaker(StatedGrade one, StatedGrade other) => one.rank <= other.rank ? one : other;

    /// <inheritdoc/>
    public override string ToString() => rank switch
    {
        0 => "unknown",
        1 => "none",
        ConnectionRank => "connection",
        ArchiveRank => "archive",
        short.MaxValue => "chain",
        _ => string.Create(CultureInfo.InvariantCulture, $"{ChecksumStart}{rank - ConnectionRank}"),
    };
}
