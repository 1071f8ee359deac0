namespace Ingester.Core.Archives;

/// <summary>The daily or monthly files with the trades of a market that an exchange publishes: where, under which names, and with which columns.</summary>
internal sealed record PublishedFiles
{
    /// <summary>The root of the addresses, with a slash at its end.</summary>
    public required string Root { get; init; }

    /// <summary>The path below the root: <c>{symbol}</c>, <c>{date}</c> (2026-11-20), <c>{compact}</c> (20261120), <c>{month}</c> (202611).</summary>
    public required string Path { get; init; }

    /// <summary>The columns of a file without a header, in their order. Empty for files of books, whose lines are messages of the stream.</summary>
    public IReadOnlyList<PublishedColumn> Columns { get; init; } = [];

    /// <summary>How far the published day begins after 00:00 UTC; negative if it begins before.</summary>
    public TimeSpan DayOffset { get; init; }

    /// <summary>True if a file holds a month.</summary>
    public bool IsMonthly { get; init; }

    /// <summary>True if a file named like the file with <c>.CHECKSUM</c> at its end has the SHA-256 of the file.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>False if the ids of the files are not those of the stream: trades are then compared by everything else.</summary>
    public bool HasIds { get; init; } = true;

    /// <summary>The digit that means a sale in a column <see cref="PublishedColumn.Side"/>; null if it has words.</summary>
    public char? SellDigit { get; init; }

    /// <summary>True if sizes have a sign, negative for sales.</summary>
    public bool HasSignedSizes { get; init; }

    /// <summary>
    /// The unit of the times of the stream, to which the times of a file are truncated when a row of the stream is made of them. Default: a millisecond.
    /// </summary>
    public TimeSpan StreamTimeUnit { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>What the exchange's symbols have between the currencies of a spot market, for stores that do not tell the symbols.</summary>
    public string SymbolSeparator { get; init; } = "";

    /// <summary>The page that describes the files.</summary>
    public required string Source { get; init; }
}
