using System.Globalization;
using System.Text.Json;
using Ingester.Testing;
using Ingester.Testing.Stores;

namespace Ingester.Tests.Publishing.Export;

/// <summary>
/// The snapshots that were requested over REST while frames were recorded, of Binance's form (<c>lastUpdateId</c>), as objects of the store: the import of a recording in the
/// short form has none. They have the time at which the response was received.
/// </summary>
internal static class RecordedSnapshots
{
    /// <summary>Writes the snapshots that belong to a recording into a store.</summary>
    /// <param name="store">The folder of the store, with the imported frames.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="recording">The path of the frames.</param>
    public static void Store(string store, string exchange, string recording)
    {
        var name = Path.GetFileName(recording);
        var folder = Path.Combine(store, "depth", $"exchange={exchange}");
        if (!Directory.Exists(folder))
            return;
        var pairs = Directory.EnumerateDirectories(folder).Select(static path => Path.GetFileName(path)["pair=".Length..]).ToList();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(recording)!, $"{name[..name.IndexOf(".ws.", StringComparison.Ordinal)]}.rest.tsv*"))
            foreach (var line in Corpus.Lines(file))
                if (line.Split('\t', 3) is [var received, var url, var body] && body.StartsWith("{\"lastUpdateId\":", StringComparison.Ordinal) && Find(pairs, url) is { } pair)
                    Write(Path.Combine(store, "snapshots", $"exchange={exchange}", $"pair={pair}"), double.Parse(received, CultureInfo.InvariantCulture), body);
    }

    /// <summary>The market of a request; of a response without its address, the only one.</summary>
    private static string? Find(List<string> pairs, string url)
    {
        const string Name = "symbol=";
        var begin = url.IndexOf(Name, StringComparison.Ordinal);
        return begin < 0 ? pairs.Count == 1 ? pairs[0] : null : pairs.Find(pair => Plain(pair) == Plain(url[(begin + Name.Length)..].Split('&')[0]));
    }

    private static string Plain(string name) => name.ToUpperInvariant().Replace("PERP", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static void Write(string folder, double received, string body)
    {
        using var json = JsonDocument.Parse(body);
        var (bids, asks) = (json.RootElement.GetProperty("bids"), json.RootElement.GetProperty("asks"));
        var (micros, upTo) = ((long)(received * 1e6), json.RootElement.GetProperty("lastUpdateId").GetInt64());
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddMicroseconds(micros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{upTo}_a.json.gz"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, StoredText.Pack(string.Create(CultureInfo.InvariantCulture,
            $"{{\"ts\":{micros},\"upto\":{upTo},\"bids\":{bids.GetRawText()},\"asks\":{asks.GetRawText()},\"levels\":1000,\"reason\":\"start\"}}\n")));
    }
}
