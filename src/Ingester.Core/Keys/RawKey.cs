using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Core.Keys;

/// <summary>The parts of the key of an object of raw capture.</summary>
/// <param name="Part">The exchange, the file, minute and number.</param>
/// <param name="Replica">The replica that wrote it.</param>
/// <param name="ProcessStartMicros">Start of that replica's process, microseconds UTC.</param>
internal sealed record RawKey(RawPartId Part, string Replica, long ProcessStartMicros)
{
    private static readonly string[] Extensions = [".ws.tsv.gz", ".sent.tsv.gz", ".rest.tsv.gz"];

    /// <summary>The key of a part. The first part of a minute has no number.</summary>
    public static string Build(ReplicaIdentity identity, RawPartId name)
    {
        var part = name.Number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{name.Number}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{KeyFolder.RawExchange(identity.Prefix, name.Exchange)}{Micros.ToDateTime(name.MinuteMicros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{KeyEncoding.Encode(identity.Replica)}_{identity.ProcessStartMicros}{part}{Extensions[(int)name.Kind]}");
    }

    /// <summary>Parses the name of a file: a key, or the path of a copy of one, of which only the last part matters. Null if it is none.</summary>
    /// <param name="file"><c>{HHmm}_{replica}_{process start}[-{number}].{ws,sent,rest}.tsv.gz</c>.</param>
    /// <param name="exchange">The exchange of the folder.</param>
    /// <param name="dayMicros">Start of the day of the folder, microseconds UTC.</param>
    public static RawKey? ParseFile(string file, string exchange, long dayMicros)
    {
        var kind = Array.FindIndex(Extensions, extension => file.EndsWith(extension, StringComparison.Ordinal));
        if (kind < 0)
            return null;
        file = file[..^Extensions[kind].Length];
        var (first, last) = (file.IndexOf('_'), file.LastIndexOf('_'));
        if (first != 4 || last <= first + 1 || !TimeOnly.TryParseExact(file[..first], "HHmm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return null;
        var numbers = file[(last + 1)..].Split('-');
        var part = 1;
        if (numbers.Length > 2 || !long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || (numbers.Length == 2 && !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out part)))
            return null;
        return new(new(exchange, (RawFileKind)kind, dayMicros + Micros.From(time.ToTimeSpan()), part), Uri.UnescapeDataString(file[(first + 1)..last]), start);
    }

    /// <summary>Parses a key; null if it is not the key of an object of raw capture.</summary>
    public static RawKey? Parse(string prefix, string key)
    {
        var root = ObjectKey.Root(prefix);
        if (!key.StartsWith(root, StringComparison.Ordinal))
            return null;
        var folders = key[root.Length..].Split('/');
        return folders.Length == 6 && folders[0] == Dataset.Raw.Name() && KeyEncoding.DecodeLabel(folders[1], "exchange=") is { } exchange
            && KeyTime.ParseMinute(folders.AsSpan(2, 3), "0000") is { } day
            ? ParseFile(folders[5], exchange, day)
            : null;
    }
}
