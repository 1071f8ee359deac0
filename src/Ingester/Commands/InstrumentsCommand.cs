using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Exchanges;
using Ingester.Errors;
using Ingester.Reading.Journals;
using Ingester.Schemas;

namespace Ingester.Commands;

/// <summary><c>ingester instruments</c>: the markets of an exchange at a moment, from the stored market lists.</summary>
internal static class InstrumentsCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();
    private static readonly Option<DateTimeOffset?> At = CommonArguments.OptionalMoment("--at", "The time of the list. Default: now.");
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("instruments", """
            Prints the markets of an exchange at a given time, one JSON object for each: symbol, status, type, assets, tick, lot, minimum, contract size, expiry.

            They are what the recorder read from the exchange's market lists, for the markets that it was configured to record. The exit code is 3 if an object is
            not readable, and 1 if the store holds no market list of the 24 hours before the time.
            """)
        {
            Exchange, At,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var archive = await Archive.OpenAsync(line, cancel);
        var exchange = line.GetRequiredValue(Exchange).Profile.Name;
        var at = line.GetValue(At) ?? TimeProvider.System.GetUtcNow();
        var list = await archive.ReadInstrumentsAsync(exchange, at, cancel);
        foreach (var market in list.Markets)
            Console.WriteLine(ToLine(market));
        foreach (var sentence in list.Unreadable)
            await Console.Error.WriteLineAsync(sentence);
        if (list.Unreadable.Count > 0)
            return ExitCodes.Incomplete;
        if (list.Markets.Count > 0)
            return ExitCodes.Succeeded;
        await Console.Error.WriteLineAsync($"The store holds no market list of {exchange} of the 24 hours before {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
        return ExitCodes.Failed;
    }

    private static string ToLine(InstrumentRecord market)
    {
        var line = JsonSerializer.SerializeToNode(market, JsonOptions)!.AsObject();
        line.Insert(0, "schema", OutputSchema.Instruments);
        return line.ToJsonString(JsonOptions);
    }
}
