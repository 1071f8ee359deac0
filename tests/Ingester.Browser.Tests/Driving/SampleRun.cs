using System.Text.Json;
using Ingester.Core.Time;
using Ingester.PaperJournal.Blocks;
using Ingester.Storage.Stores;

namespace Ingester.Browser.Tests.Driving;

/// <summary>The journal of an invented run of paper trading: one purchase, one sale with a profit, one refusal.</summary>
internal static class SampleRun
{
    /// <summary>The name of the run.</summary>
    public const string Name = "sample";

    private const long Start = 1_763_632_800_000_000; // 2025-11-20T10:00

    private static readonly (int Minute, string Kind, string Fields)[] Lines =
    [
        (0, "run", """{"cash":"100000"}"""),
        (1, "prediction", """{"market":"binance/BTC-USDT","price":"10000","direction":"up"}"""),
        (1, "decision", """{"market":"binance/BTC-USDT","action":"buy"}"""),
        (1, "verdict", """{"approved":true,"refusals":[]}"""),
        (1, "order", """{"order":"one"}"""),
        (1, "order-event", """{"market":"binance/BTC-USDT","order":"one","side":"buy","event":"filled","at":1763632861000000,"evidence":"proven","price":"10000","size":"0.1","notional":"1000","fee":"1"}"""),
        (1, "account", """{"value":"99999"}"""),
        (2, "prediction", """{"market":"binance/BTC-USDT","price":"10100","direction":"down"}"""),
        (2, "decision", """{"market":"binance/BTC-USDT","action":"sell"}"""),
        (2, "verdict", """{"approved":true,"refusals":[]}"""),
        (2, "order", """{"order":"two"}"""),
        (2, "order-event", """{"market":"binance/BTC-USDT","order":"two","side":"sell","event":"filled","at":1763632921000000,"evidence":"proven","price":"10100","size":"0.1","notional":"1010","fee":"1"}"""),
        (2, "account", """{"value":"100008"}"""),
        (3, "decision", """{"market":"binance/BTC-USDT","action":"sell"}"""),
        (3, "verdict", """{"approved":false,"refusals":[{"reason":"no-funds"}]}"""),
        (3, "account", """{"value":"100008"}"""),
        (3, RunJournalReader.EndKind, "{}"),
    ];

    /// <summary>Writes the journal.</summary>
    /// <param name="folder">The directory of the store.</param>
    /// <param name="cancel">Cancels the writes.</param>
    public static async Task WriteAsync(string folder, CancellationToken cancel)
    {
        using var journal = new JournalWriter(new(new DirectoryStore(folder, TimeProvider.System), "", TimeProvider.System), Name);
        foreach (var (minute, kind, fields) in Lines)
        {
            using var document = JsonDocument.Parse(fields);
            await journal.AppendAsync(Start + minute * Window.MicrosPerMinute, kind, json =>
            {
                foreach (var field in document.RootElement.EnumerateObject())
                    field.WriteTo(json);
            }, cancel);
        }

        await journal.FlushAsync(cancel);
    }
}
