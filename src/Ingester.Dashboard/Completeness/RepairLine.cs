using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;

namespace Ingester.Dashboard.Completeness;

/// <summary>The command line of <c>ingester repair</c> for a time of a stream, quoted for POSIX shells.</summary>
internal static class RepairLine
{
    private const string PlainCharacters = "@%+=:,./_-";

    /// <summary>Formats the command.</summary>
    /// <param name="store">The arguments that name the store, such as <c>--store /data</c>.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="fromMicros">The first microsecond that is repaired; the command begins at its minute.</param>
    /// <param name="toMicros">The last microsecond; the command includes its minute.</param>
    public static string Format(IReadOnlyList<string> store, StreamId stream, long fromMicros, long toMicros)
    {
        List<string> words =
        [
            "ingester", "repair", .. store, "--exchange", stream.Exchange, "--dataset", stream.Dataset.Name(), "--pair", stream.Market,
            "--from", Minute(Window.Containing(fromMicros, 1).StartMicros), "--to", Minute(Window.Containing(Math.Max(fromMicros, toMicros), 1).EndMicros),
        ];
        return string.Join(' ', words.Select(Quote));
    }

    /// <summary>What the command can do for a stream, in a sentence.</summary>
    public static string Outlook(StreamId stream) => ExchangeCatalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset)?.History switch
    {
        null => $"The exchange does not serve past {stream.Dataset.Name()}: the command only joins fragments of the replicas that together prove a window complete.",
        { ApiKeyHeader: not null } => "The command requests the missing events from the exchange if the settings contain an API key, and joins fragments of the replicas.",
        _ => "The command requests the missing events from the exchange, if it still serves them, and joins fragments of the replicas.",
    };

    private static string Minute(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static string Quote(string word) => word.Length > 0 && word.All(static one => char.IsAsciiLetterOrDigit(one) || PlainCharacters.Contains(one, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
