using System.Globalization;
using System.Text.RegularExpressions;

namespace Ingester.Publishing.DataExchange;

/// <summary>The comment of a revision, <c>2026-11-28 {SHA-256 of the certificate}</c>: by it the revision of a day is found again.</summary>
/// <param name="Day">The day.</param>
/// <param name="Certificate">The digest of the certificate's payload, 64 hex digits.</param>
internal sealed partial record RevisionComment(DateOnly Day, string Certificate)
{
    private const string Format = "yyyy-MM-dd";

    /// <summary>Reads a comment; null for every other text.</summary>
    public static RevisionComment? Parse(string? text) =>
        text is not null && Pattern().Match(text) is { Success: true } match && DateOnly.TryParseExact(match.Groups["day"].ValueSpan, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new(day, match.Groups["digest"].Value)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Day.ToString(Format, CultureInfo.InvariantCulture)} {Certificate}";

    [GeneratedRegex("^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?<digest>[0-9a-f]{64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
