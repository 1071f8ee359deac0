using System.Globalization;
using System.Text;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;
using Ingester.Core.Time;

namespace Ingester.Testing.Playing;

/// <summary>
/// A recording of several minutes in the form of an exchange: trades and diffs of a few markets that chain. Their texts are the fixture
/// <c>conversation.tsv</c>, whose lines are a kind (<c>symbols</c>, <c>open</c>, <c>trade</c>, <c>diff</c>, <c>heartbeat</c>, <c>rest</c>) and a text with
/// placeholders in angle brackets.
/// </summary>
internal sealed class Conversation
{
    private const long FirstId = 1_000;
    private const long HeartbeatInterval = 5_000_000; // microseconds of the recording; less than the silence limit of every exchange
    private const long SnapshotInterval = 10_000_000; // microseconds, between two REST snapshots of a market
    private const int Letters = 26;

    private readonly IExchange exchange;
    private readonly long step; // between two frames, microseconds
    private readonly ILookup<string, string[]> texts;
    private readonly string[] symbols;
    private readonly long[] trades;
    private readonly long[] diffs;
    private readonly OrderBook[] books;
    private readonly long[] diffTimes;
    private long number;

    private Conversation(IExchange exchange, string fixture, int? markets, double framesPerSecond)
    {
        (this.exchange, step) = (exchange, (long)(1_000_000 / framesPerSecond));
        texts = File.ReadLines(fixture).Select(line => line.Split('\t', 2)).ToLookup(parts => parts[0], parts => parts[1].Split('\t'));
        symbols = Extend(exchange.Profile, texts["symbols"].Single()[0].Split(' '), markets);
        (trades, diffs, books) = ([.. symbols.Select(_ => FirstId)], [.. symbols.Select(_ => FirstId)], [.. symbols.Select(_ => new OrderBook())]);
        diffTimes = new long[symbols.Length];
        foreach (var book in books)
            book.LoadSnapshot("[[\"100.0\",\"1.5\"]]"u8, "[[\"110.0\",\"2.5\"]]"u8, null);
    }

    /// <summary>Writes the recording of an exchange and returns the path of its frames.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="fixture">The path of its <c>conversation.tsv</c>.</param>
    /// <param name="folder">The folder of the recording.</param>
    /// <param name="from">Time of the first frame.</param>
    /// <param name="span">Length of the recording.</param>
    /// <param name="markets">
    /// Number of markets; null for those of the fixture. Further markets are copies of its first one, with other base assets.
    /// </param>
    /// <param name="framesPerSecond">Number of frames per second of all markets together.</param>
    /// <param name="lead">Time before the first frame in which only heartbeats are sent, so that connections are not silent.</param>
    public static string Write(IExchange exchange, string fixture, string folder, DateTimeOffset from, TimeSpan span, int? markets = null, double framesPerSecond = 10, TimeSpan lead = default)
    {
        var conversation = new Conversation(exchange, fixture, markets, framesPerSecond);
        var (frames, responses) = (new StringBuilder(), new StringBuilder());
        conversation.Write(frames, responses, Micros.From(from - DateTimeOffset.UnixEpoch), Micros.From(span), Micros.From(lead));
        var path = Path.Combine(folder, "conversation.ws.tsv");
        File.WriteAllText(path, frames.ToString());
        File.WriteAllText(Path.Combine(folder, "conversation.rest.tsv"), responses.ToString());
        return path;
    }

    private void Write(StringBuilder frames, StringBuilder responses, long from, long span, long lead)
    {
        Array.Fill(diffTimes, from);
        for (var time = from - lead; time < from && !texts["heartbeat"].Any(IsOfChannel); time += HeartbeatInterval)
            for (var market = 0; market < symbols.Length; market++)
                AddHeartbeat(frames, market, time);
        for (var market = 0; market < symbols.Length; market++)
            foreach (var text in texts["open"])
                Add(frames, text[0], market, from);
        var turn = 0;
        for (var time = from; time < from + span; time += step, turn++)
        {
            var market = turn % symbols.Length;
            if (turn % (SnapshotInterval / step) < symbols.Length)
                foreach (var text in texts["rest"])
                    responses.Append($"{RecordingTime.Format(time)}\t{Fill(text[0], market, time)}\t{Fill(text[1], market, time)}\n");
            if (turn % (HeartbeatInterval / step) < symbols.Length)
                AddHeartbeat(frames, market, time);
            var isTrade = turn / symbols.Length % 2 == 0;
            (isTrade ? trades : diffs)[market]++;
            if (!isTrade)
                books[market].ApplyDiff(Encoding.UTF8.GetBytes($"[[\"{Price(diffs[market])}\",\"{Size(diffs[market])}\"]]"), "[]"u8);
            foreach (var text in texts[isTrade ? "trade" : "diff"])
                Add(frames, text[0], market, time, isTrade ? trades[market] : diffs[market]);
            if (!isTrade)
                diffTimes[market] = time;
        }
    }

    /// <summary>The symbols of the fixture, and further ones with base assets that no exchange has: QAA, QAB, …</summary>
    private static string[] Extend(ExchangeProfile profile, string[] named, int? markets)
    {
        if (markets is not { } count || count <= named.Length)
            return named;
        var first = named[0];
        var name = profile.Symbols.ToMarket(first).Name.Split('-')[0];
        var asset = new[] { name, name.ToLowerInvariant(), "XBT" }.First(known => first.Contains(known, StringComparison.Ordinal));
        return [.. named, .. Enumerable.Range(0, count - named.Length).Select(Copy)];

        string Copy(int number)
        {
            var other = $"Q{(char)('A' + number / Letters)}{(char)('A' + number % Letters)}";
            return first.Replace(asset, char.IsLower(asset[0]) ? other.ToLowerInvariant() : other, StringComparison.Ordinal);
        }
    }

    /// <summary>True for a text of a channel, which is not sent before the channel is opened.</summary>
    private static bool IsOfChannel(string[] text) => text[0].Contains("<channel>", StringComparison.Ordinal);

    private void AddHeartbeat(StringBuilder frames, int market, long time)
    {
        foreach (var text in texts["heartbeat"])
            Add(frames, text[0], market, time);
    }

    private void Add(StringBuilder frames, string text, int market, long time, long id = 0) =>
        frames.Append($"{RecordingTime.Format(time)}\t{Fill(text, market, time, id)}\n");

    private string Fill(string text, int market, long time, long id = 0)
    {
        if (text.Contains("<n>", StringComparison.Ordinal))
            number++;
        return new StringBuilder(text)
            .Replace("<symbol>", symbols[market]).Replace("<lower>", symbols[market].ToLowerInvariant()).Replace("<channel>", Text(100 + market))
            .Replace("<id>", Text(id)).Replace("<prev>", Text(id - 1)).Replace("<hex>", $"{id:x12}").Replace("<last>", Text(diffs[market])).Replace("<trade>", Text(trades[market]))
            .Replace("<lastms>", Text(diffTimes[market] / 1_000))
            .Replace("<n>", Text(number)).Replace("<us>", Text(time)).Replace("<ms>", Text(time / 1_000)).Replace("<s>", Text(time / 1_000_000))
            .Replace("<iso>", Micros.ToDateTime(time).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture))
            .Replace("<price>", Price(id)).Replace("<size>", Size(id)).Replace("<price8>", Units(Price(id))).Replace("<size8>", Units(Size(id))).Replace("<crc>", $"{exchange.Profile.Book.Checksum?.Compute(books[market])}")
            .ToString();
    }

    /// <summary>Converts a number with one decimal place into a whole number of units of 0.00000001.</summary>
    private static string Units(string number) => $"{number.Replace(".", "", StringComparison.Ordinal)}0000000";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Price(long id) => string.Create(CultureInfo.InvariantCulture, $"10{id % 9}.{id % 7}");

    private static string Size(long id) => string.Create(CultureInfo.InvariantCulture, $"{1 + id % 5}.5");
}
