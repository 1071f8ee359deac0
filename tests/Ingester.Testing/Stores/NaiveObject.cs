using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>One object of the generated market, opened and checked completely, without optimization.</summary>
internal sealed partial class NaiveObject
{
    public required string Key { get; init; }

    public required string Folder { get; init; }

    public required long Start { get; init; }

    public required int Minutes { get; init; }

    public (long After, long UpTo)? Range { get; init; }

    public string Hash { get; private set; } = "";

    public IReadOnlyList<NaiveRow> Rows { get; private set; } = [];

    public string? Fault { get; private set; }

    public bool IsWhole => Folder.Length == 0;

    public bool IsVariant => Folder == "variants/";

    public bool Covers(long minute) => minute >= Start && minute < Start + Minutes * Minute;

    public static NaiveObject? Open(MemoryStore store, Market market, string key)
    {
        if (NamePattern().Match(key) is not { Success: true } name || name.Groups["dataset"].Value != market.Dataset || name.Groups["pair"].Value != market.Pair)
            return null;
        var numbers = name.Groups["after"].Success;
        if (!numbers && name.Groups["rows"].Success != (name.Groups["folder"].Value == "fragments/"))
            return null; // not the key of a segment
        var found = new NaiveObject
        {
            Key = key,
            Folder = name.Groups["folder"].Value,
            Start = new DateTimeOffset(DateTime.ParseExact(name.Groups["time"].Value, "'year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture), TimeSpan.Zero)
                .ToUnixTimeMilliseconds() * 1000,
            Minutes = int.Parse(name.Groups["minutes"].Value, CultureInfo.InvariantCulture),
            Range = numbers ? (Number(name, "after"), Number(name, "upto")) : null,
        };
        if (found.Minutes is 0 or > 60 || found.Start % (found.Minutes * Minute) != 0)
            return null; // the time is not the start of a window of that length
        found.Fault = found.Check(store, market, name);
        return found;
    }

    /// <summary>Reads an object without checking its key and hash; null if its gzip is damaged.</summary>
    public static NaiveObject? Read(MemoryStore store, string key)
    {
        var name = NamePattern().Match(key);
        return name.Success && Unpack(store.Body(key)) is { } text ? new()
        {
            Key = key,
            Folder = name.Groups["folder"].Value,
            Start = new DateTimeOffset(DateTime.ParseExact(name.Groups["time"].Value, "'year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000,
            Minutes = int.Parse(name.Groups["minutes"].Value, CultureInfo.InvariantCulture),
            Rows = [.. text.Split('\n')[..^1].Select(Row)],
        } : null;
    }

    /// <summary>Compares the object with the coverage rows of the replicas, and sets <see cref="Fault"/> if none of them has its hash.</summary>
    public void CompareWithCoverage(IEnumerable<NaiveLine> coverage, MemoryStore store, bool keepsMetadata, bool perConnection)
    {
        if (Fault is not null || IsVariant || (Folder == "fragments/" && Range is null))
            return;
        var claims = coverage.Where(line => line.Number("ts") == Start && line.Number("minutes") == Minutes && line.Range == Range && line.Text("sha256").Length > 0
            && (Range is not null || line.State == "whole")).Select(line => line.Text("sha256")).ToList();
        if (claims.Count == 0 || claims.Contains(Hash) || (keepsMetadata && perConnection))
            return;
        var apart = $"/{Key[..^".json.gz".Length]}_";
        if (!store.Keys.Any(other => (other.StartsWith("variants" + apart, StringComparison.Ordinal) || other.StartsWith("divergent" + apart, StringComparison.Ordinal)) && claims.Exists(claim => other.Contains(claim[..16], StringComparison.Ordinal))))
            Fault = "no coverage states its hash"; // and the rows that the coverage states are not stored as a variant
    }

    private string? Check(MemoryStore store, Market market, Match name)
    {
        var (body, metadata) = (store.Body(Key), store.Metadata(Key));
        if (market.Dataset == "trades" && Range is { } ids && (Int128)ids.UpTo - ids.After > (Int128)body.Length * 32)
            return "too small";
        if (Unpack(body) is not { } text)
            return "gzip";
        Hash = StoredText.Hash(text);
        if (metadata.Sha256 is { } stored && stored != Hash)
            return "hash";
        var lines = text.Split('\n')[..^1];
        if (name.Groups["hash"].Success && !Hash.StartsWith(name.Groups["hash"].Value, StringComparison.Ordinal))
            return "hash in the name";
        if (name.Groups["rows"].Success && lines.Length != Number(name, "rows"))
            return "rows in the name";
        Rows = [.. lines.Select(Row)];
        if (Range is { } range)
            return (market.Skips ? IsWithin(range) : Covered(range)) ? null : "range";
        return Rows.Any(row => row.Range is not null) ? "sequence" : Folder == "fragments/" || Rows.Any(row => Covers(row.Micros / Minute * Minute)) ? null : "window";
    }

    private bool Covered((long After, long UpTo) range)
    {
        var upTo = range.After;
        foreach (var row in Rows.OrderBy(row => row.Range?.After))
        {
            if (row.Range is not { } own || own.After > upTo || !(Folder == "fragments/" ? own.UpTo > range.After && own.After < range.UpTo : own.After >= range.After && own.UpTo <= range.UpTo))
                return false; // a diff of a fragment may extend beyond the gap that it closes
            upTo = Math.Max(upTo, own.UpTo);
        }

        return upTo >= range.UpTo;
    }

    /// <summary>For ids that are not consecutive: true when the lowest and the highest id are those of the key.</summary>
    private bool IsWithin((long After, long UpTo) range) =>
        Rows.All(row => row.Range is not null) && Rows.Min(row => row.Range!.Value.After) == range.After && Rows.Max(row => row.Range!.Value.UpTo) == range.UpTo;

    private static NaiveRow Row(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        var id = json.TryGetProperty("id", out var one) ? long.Parse(one.GetString()!, CultureInfo.InvariantCulture) : (long?)null;
        var range = id is { } trade ? (trade - 1, trade) : json.TryGetProperty("upto", out var upTo) ? (json.GetProperty("after").GetInt64(), upTo.GetInt64()) : ((long, long)?)null;
        return new(line, json.GetProperty("ts").GetInt64(), range, json.TryGetProperty("bids", out var bids) ? bids.GetArrayLength() + json.GetProperty("asks").GetArrayLength() : 1,
            string.Join(' ', json.EnumerateObject().Where(field => field.Name is "side" or "price" or "size" or "bids" or "asks").Select(field => field.Value.GetRawText())));
    }

    private static long Number(Match name, string part) => long.Parse(name.Groups[part].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<folder>fragments/|variants/|)(?<dataset>trades|depth)/exchange=[^/]+/pair=(?<pair>[^/]+)/(?<time>year=\d+/month=\d+/day=\d+/\d{4})-(?<minutes>\d+)m(?:_(?<after>-?\d+)_(?<upto>-?\d+)|_n(?<rows>\d+)_(?<hash>[0-9a-f]{16})|(?<=variants.*)_(?<hash>[0-9a-f]{16}))?(?:(?<=variants.*_\d+)_(?<hash>[0-9a-f]{16}))?\.json\.gz$")]
    private static partial Regex NamePattern();
}
