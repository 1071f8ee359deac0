using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Inputs;

/// <summary>
/// The hash of what each minute of a period is made from: the keys of all objects, whose content never changes, and the verdicts of the audit. Equal hashes
/// mean equal rows. Add streams in a fixed order.
/// </summary>
internal sealed class InputFingerprint
{
    private readonly Period period;
    private readonly byte[][] hashes;
    private readonly int[] counts;

    /// <summary>Starts with the settings that the rows depend on.</summary>
    public InputFingerprint(Period period, string settings)
    {
        this.period = period;
        var count = (int)((period.To - period.From) / Window.MicrosPerMinute);
        var start = SHA256.HashData(Encoding.UTF8.GetBytes(settings));
        (hashes, counts) = ([.. Enumerable.Range(0, count).Select(_ => start)], new int[count]);
    }

    /// <summary>The hash of a minute, 64 hex digits.</summary>
    public string HashOf(long micros) => Convert.ToHexStringLower(hashes[IndexOf(micros)]);

    /// <summary>Number of objects of a minute.</summary>
    public int CountOf(long micros) => counts[IndexOf(micros)];

    /// <summary>Adds a stream of which each minute depends only on the objects of that minute and a margin after it.</summary>
    public void AddMinutes(StreamInputs inputs, long marginMicros)
    {
        for (var minute = period.From; minute < period.To; minute += Window.MicrosPerMinute)
        {
            var end = minute + Window.MicrosPerMinute + marginMicros;
            var entries = inputs.Entries.Where(entry => entry.Name.Window.StartMicros < end && entry.Name.Window.EndMicros > minute).ToList();
            Append(minute, Describe(inputs, minute, entries), entries.Count);
        }
    }

    /// <summary>Adds a stream of which each minute depends on everything since the start of the inputs.</summary>
    /// <param name="inputs">The inputs; they start at or before the period and end a margin after it.</param>
    /// <param name="marginMicros">The margin after each minute.</param>
    /// <param name="snapshots">The keys of the snapshots with the starts of their minutes, in order of time.</param>
    public void AddHistory(StreamInputs inputs, long marginMicros, IReadOnlyList<(long MinuteMicros, string Key)> snapshots)
    {
        var entries = inputs.Entries.OrderBy(static entry => entry.Name.Window.StartMicros).ThenBy(static entry => entry.Key, StringComparer.Ordinal).ToList();
        var (next, nextBook, count) = (0, 0, 0);
        var rolling = SHA256.HashData(Encoding.UTF8.GetBytes(inputs.Stream.Text));
        for (var minute = inputs.Period.From; minute < period.To; minute += Window.MicrosPerMinute)
        {
            var text = new StringBuilder();
            for (var end = minute + Window.MicrosPerMinute + marginMicros; next < entries.Count && entries[next].Name.Window.StartMicros < end; next++)
                text.Append(entries[next].Key).Append('\n');
            for (; nextBook < snapshots.Count && snapshots[nextBook].MinuteMicros <= minute + marginMicros; nextBook++)
                text.Append(snapshots[nextBook].Key).Append('\n');
            var state = inputs.States[(minute - inputs.Period.From) / Window.MicrosPerMinute];
            text.Append(state.Verdict).Append(' ').Append(state.HasGap);
            rolling = SHA256.HashData([.. rolling, .. Encoding.UTF8.GetBytes(text.ToString())]);
            count = next + nextBook;
            if (minute >= period.From)
                Append(minute, Convert.ToHexStringLower(rolling), count);
        }
    }

    /// <summary>Adds a text to a minute.</summary>
    public void Append(long micros, string text, int objects)
    {
        var index = IndexOf(micros);
        hashes[index] = SHA256.HashData([.. hashes[index], .. Encoding.UTF8.GetBytes(text)]);
        counts[index] += objects;
    }

    private int IndexOf(long micros) => (int)((micros - period.From) / Window.MicrosPerMinute);

    private static string Describe(StreamInputs inputs, long minute, List<SegmentEntry> entries)
    {
        var state = inputs.States[(minute - inputs.Period.From) / Window.MicrosPerMinute];
        return $"{inputs.Stream.Text} {state.Verdict} {state.Grade} {state.HasGap}\n{string.Join('\n', entries.Select(static entry => entry.Key).Order(StringComparer.Ordinal))}";
    }
}
