using System.IO.Enumeration;

namespace Ingester.Publishing.Verification;

/// <summary>What a verification covers.</summary>
internal sealed record VerificationOptions
{
    /// <summary>The revision; null for the newest.</summary>
    public int? Revision { get; init; }

    /// <summary>Pattern of the markets whose files are checked; <c>*</c> and <c>?</c> are wildcards. Default: all.</summary>
    public string MarketPattern { get; init; } = "*";

    /// <summary>True to check the certificate of the day before and of the revision that this one replaces. Default: true.</summary>
    public bool Chain { get; init; } = true;

    /// <summary>Receives the number of the file that is checked next, and their total.</summary>
    public IProgress<(int File, int Total)>? Progress { get; init; }

    /// <summary>True when the files of a market are checked.</summary>
    public bool Selects(string pair) => FileSystemName.MatchesSimpleExpression(MarketPattern, pair, ignoreCase: false);
}
