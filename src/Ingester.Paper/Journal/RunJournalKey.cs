using System.Globalization;
using Ingester.Core.Keys;

namespace Ingester.Paper.Journal;

/// <summary>The keys of journals: <c>paper/run={run}/{number}.jsonl</c>.</summary>
internal static class RunJournalKey
{
    /// <summary>The folder of all journals.</summary>
    public const string Folder = "paper";

    /// <summary>Extension of the blocks: JSON lines, not compressed, so that every byte of an object is under a hash.</summary>
    public const string Extension = ".jsonl";

    private const int NumberDigits = 8;

    /// <summary>The prefix of all journals, with a trailing slash.</summary>
    public static string Runs(string prefix) => $"{ObjectKey.Root(prefix)}{Folder}/";

    /// <summary>The prefix of the blocks of a run, with a trailing slash.</summary>
    public static string Run(string prefix, string run) => $"{Runs(prefix)}run={KeyEncoding.Encode(run)}/";

    /// <summary>The key of a block.</summary>
    public static string Block(string prefix, string run, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Run(prefix, run)}{number:D8}{Extension}");

    /// <summary>The number of a block; null for any other file name.</summary>
    public static int? ParseNumber(string file) =>
        file.EndsWith(Extension, StringComparison.Ordinal) && file[..^Extension.Length] is { Length: NumberDigits } digits
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
