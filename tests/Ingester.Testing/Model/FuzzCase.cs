using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ingester.Testing.Model;

/// <summary>A slice of a recording of at most 200 frames with random damage: bytes flipped, frames truncated, repeated, moved or removed, ids and times changed.</summary>
internal sealed partial class FuzzCase
{
    private const int MostFrames = 200;
    private const long LongestSlice = 21_600_000_000; // six hours; a time that is implausibly far ahead advances no clock
    private const long Earliest = 1_000_000; // earlier times, in the first second of 1970, count as no time
    private const long Latest = 253_402_300_799_000_000; // the last second of the year 9999

    private readonly Random random;

    private FuzzCase(string exchange, int seed)
    {
        (Exchange, Seed, random) = (exchange, seed, new(seed));
        Slice();
        for (var count = random.Next(10) == 0 ? 0 : random.Next(12) == 0 ? random.Next(60) : random.Next(1, 8); count > 0 && Frames.Count > 1; count--)
            Change();
        Frames.RemoveAll(frame => NamesTwice(frame.Text));
        for (var index = 1; index < Frames.Count; index++) // receive times ascend even if frames were moved
            if (Frames[index].Local < Frames[index - 1].Local)
                Frames[index] = Frames[index] with { Local = Frames[index - 1].Local };
    }

    /// <summary>The exchange.</summary>
    public string Exchange { get; }

    /// <summary>The seed from which the slice and the damage were chosen.</summary>
    public int Seed { get; }

    /// <summary>The frames as they are received.</summary>
    public List<FuzzFrame> Frames { get; } = [];

    /// <summary>The unchanged frames. Their markets are the subscribed ones.</summary>
    public List<byte[]> Originals { get; } = [];

    /// <summary>True when a time was changed: then it is unknown which time is right.</summary>
    public bool TimesAreChanged { get; private set; }

    /// <summary>True when an id was changed: then an event may not be part of its chain.</summary>
    public bool IdsAreChanged { get; private set; }

    /// <summary>Makes the case of a seed.</summary>
    public static FuzzCase Make(string exchange, int seed) => new(exchange, seed);

    /// <summary>True for JSON with an object that has two members of the same name. A reader may use either, so the meaning of the frame is undefined.</summary>
    private static bool NamesTwice(byte[] frame)
    {
        try
        {
            using var lenient = JsonDocument.Parse(frame);
        }
        catch (JsonException)
        {
            return false;
        }

        try
        {
            using var strict = JsonDocument.Parse(frame, new() { AllowDuplicateProperties = false });
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>Picks a slice and stretches its times, so that windows end within it.</summary>
    private void Slice()
    {
        var recordings = FuzzSource.Of(Exchange);
        var recording = recordings[random.Next(recordings.Count)];
        var count = Math.Min(recording.Count, random.Next(4) == 0 ? random.Next(2, 40) : MostFrames);
        var start = random.Next(recording.Count - count + 1);
        int[] factors = [1, 5, 30, 120];
        var factor = factors[random.Next(factors.Length)];
        List<FuzzFrame> slice = [.. recording.Take(start).Where(static frame => frame.IsOpening), .. recording.Skip(start).Take(count)];
        long first = 0, shown = 0;
        foreach (var frame in slice)
        {
            var text = Encoding.UTF8.GetString(frame.Text);
            text = Times().Replace(text, match =>
            {
                var micros = Micros(match.Groups["value"].Value);
                if (micros is not { } known)
                    return match.Value;
                if (first == 0)
                    first = known;
                var moved = Math.Clamp(first + (known - first) * factor, Earliest, Latest);
                if (moved < first + LongestSlice)
                    shown = Math.Max(shown, moved);
                return match.Groups["name"].Value + Text(match.Groups["value"].Value, moved);
            });
            Originals.Add(Encoding.UTF8.GetBytes(text));
            var local = frame.Local > 0 && first > 0 ? first + (frame.Local - slice[0].Local) * factor : shown;
            Frames.Add(new(Math.Max(local, shown) + 50_000, Originals[^1]));
        }

        var known = Frames.Find(frame => frame.Local > 1_000_000).Local;
        for (var index = 0; index < Frames.Count && Frames[index].Local < 1_000_000; index++)
            Frames[index] = Frames[index] with { Local = Math.Max(known, 1_600_000_000_000_000) };
    }

    private void Change()
    {
        var at = random.Next(Frames.Count);
        var frame = Frames[at];
        switch (random.Next(7))
        {
            case 0:
                Frames[at] = frame with { Text = Flip(frame.Text) };
                break;
            case 1:
                Frames[at] = frame with { Text = frame.Text[..random.Next(frame.Text.Length)] };
                break;
            case 2:
                Frames.Insert(Math.Min(Frames.Count, at + random.Next(1, 20)), frame);
                break;
            case 3:
                Frames.RemoveAt(at);
                Frames.Insert(Math.Min(Frames.Count, at + random.Next(1, 10)), frame);
                break;
            case 4:
                Frames.RemoveAt(at);
                break;
            case 5:
                Frames[at] = frame with { Text = ChangeId(frame.Text) };
                break;
            default:
                Frames[at] = frame with { Text = ChangeTime(frame.Text) };
                break;
        }
    }

    private byte[] Flip(byte[] text)
    {
        if (text.Length == 0)
            return text;
        var flipped = text.ToArray();
        for (var count = random.Next(1, 4); count > 0; count--)
            flipped[random.Next(flipped.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:.-+eE0159\\u \ttn"[random.Next(22)];
        TimesAreChanged = IdsAreChanged = true; // perhaps
        return flipped;
    }

    private byte[] ChangeId(byte[] text)
    {
        long[] offsets = [1, -1, 2, 5_000_000, -3, -40, 1_000];
        var offset = offsets[random.Next(offsets.Length)];
        IdsAreChanged = true;
        return Replace(text, Ids(), match => long.TryParse(match.Groups["value"].Value, out var id)
            ? match.Groups["name"].Value + Math.Max(0, id + offset).ToString(CultureInfo.InvariantCulture)
            : match.Value);
    }

    private byte[] ChangeTime(byte[] text)
    {
        long[] offsets = [86_400_000_000, -86_400_000_000, 10_000_000, -10_000_000, 45_000_000, -3_600_000_000];
        var offset = offsets[random.Next(offsets.Length)];
        TimesAreChanged = true;
        return Replace(text, Times(), match => Micros(match.Groups["value"].Value) is { } micros
            ? match.Groups["name"].Value + Text(match.Groups["value"].Value, Math.Clamp(micros + offset, Earliest, Latest))
            : match.Value);
    }

    private static byte[] Replace(byte[] text, Regex pattern, MatchEvaluator evaluator)
    {
        var frame = Encoding.UTF8.GetString(text);
        return Encoding.UTF8.GetBytes(pattern.Replace(frame, evaluator));
    }

    private static long? Micros(string value)
    {
        if (value.Trim('"') is var digits && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return digits.Length switch
            {
                >= 12 and <= 14 => number * 1_000, // milliseconds
                16 => number,
                19 => number / 1_000,
                _ => null,
            };
        return !value.StartsWith('"') ? null : DateTime.TryParse(value.Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)
            ? (time - DateTime.UnixEpoch).Ticks / 10
            : null;
    }

    private static string Text(string like, long micros) => like.Trim('"') is var digits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9')
        ? like.Replace(digits, digits.Length switch { 16 => $"{micros}", 19 => $"{micros * 1_000}", _ => $"{micros / 1_000}" }, StringComparison.Ordinal)
        : $"\"{DateTime.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture)}Z\"";

    [GeneratedRegex("(?<name>\"(?:E|T|time|timestamp|ts|tms|microtimestamp|event_time)\":\\s*|\\[[0-9]+,)(?<value>\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Times();

    [GeneratedRegex("(?<name>\"(?:t|a|u|U|pu|i|trade_id|trade_seq|change_id|prev_change_id|tradeId|seqId|prevSeqId|seq|sequence|sequenceStart|sequenceEnd|sequence_num|sid)\":\\s*\"?)(?<value>[0-9]+)")]
    private static partial Regex Ids();
}
