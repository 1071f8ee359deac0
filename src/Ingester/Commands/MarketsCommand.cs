using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Catalog;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Recording.Rest;
using Ingester.Schemas;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester markets</c>: lists the markets of an exchange.</summary>
internal static class MarketsCommand
{
    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();

    private static readonly Option<Uri?> Rest = new("--rest")
    {
        Description = "REST address to use instead of the exchange's own, such as a simulator's http://127.0.0.1:9700/binance.",
        CustomParser = CommonArguments.ParseAddress,
    };

    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("markets", "Lists the markets of an exchange: canonical names, the exchange's own symbols, and whether each trades, is halted or is delisted.")
        {
            Exchange, Rest, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var exchange = line.GetRequiredValue(Exchange);
        var listing = await FetchMarketsAsync(exchange, line.GetValue(Rest), cancel);
        foreach (var entry in listing.Skipped)
            await Console.Error.WriteLineAsync($"left out: {entry.Name}: {entry.Reason}");
        if (line.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(listing.Markets.Select(ToRow), JsonSerializerOptions.Web));
            return ExitCodes.Succeeded;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("market").AddColumn("symbol").AddColumn("status").AddColumn("state");
        foreach (var row in listing.Markets.Select(ToRow).OrderBy(row => row.Name, StringComparer.Ordinal))
            table.AddRow(Markup.Escape(row.Name), Markup.Escape(row.Symbol), Markup.Escape(row.Status), row.State);
        var screen = Screen.Open();
        screen.Write(table);
        var counts = listing.Markets.CountBy(listed => listed.State).OrderBy(count => count.Key).Select(count => $"{count.Value:N0} {count.Key.Name()}");
        screen.WriteLine($"{exchange.Profile.Name}: {listing.Markets.Count:N0} markets ({string.Join(", ", counts)}); trading and halted ones are recorded.");
        return ExitCodes.Succeeded;
    }

    private static MarketRow ToRow(ListedMarket listed) => new(listed.Market.Name, listed.Market.Symbol, listed.Status ?? "", listed.State.Name());

    private static async Task<MarketListResult> FetchMarketsAsync(IExchange exchange, Uri? rest, CancellationToken cancel)
    {
        try
        {
            return await MarketListRequest.FetchAsync(exchange, rest?.ToString(), cancel);
        }
        catch (RestException failure)
        {
            throw new CommandException($"{exchange.Profile.Name} returned no market list: {failure.Message}", failure) { ExitCode = ExitCodes.Failed };
        }
    }

    private sealed record MarketRow(string Name, string Symbol, string Status, string State)
    {
        [JsonPropertyOrder(-1)]
        public string Schema { get; init; } = OutputSchema.Markets;
    }
}
