using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Reading.Books;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester book</c>: the book of a market at a given time.</summary>
internal static class BookCommand
{
    private const int DefaultLevels = 10;

    private static readonly Argument<string> Exchange = CommonArguments.Exchange();
    private static readonly Argument<string> Pair = new("PAIR") { Description = "The market's canonical name, such as BTC-USDT." };
    private static readonly Option<DateTimeOffset> At = CommonArguments.Moment("--at", "The time of the book.");

    private static readonly Option<int?> Levels = new("--levels")
    {
        Description = $"Number of levels shown per side. Default: {DefaultLevels}; all with --json.",
    };

    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("book", """
            Shows the order book of a market at a given time, from the last snapshot before it and the diffs since.

            It reports whether the book is proven to be without a gap, and to what depth it is known. The exit code is 3 if it is not proven, and 1 if the book is
            not known.
            """)
        {
            Exchange, Pair, At, Levels, Json,
        };
        Archive.AddTo(command);
        command.SetAction(CommandRunner.WithErrorHandling(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (line.GetValue(Levels) is < 1)
            throw new CommandException("--levels must be at least 1.");
        using var archive = await Archive.OpenAsync(line, cancel);
        var exchange = CommonArguments.FindExchange(line.GetRequiredValue(Exchange)).Profile.Name;
        var answer = await archive.GetBookAsync(exchange, line.GetRequiredValue(Pair), line.GetRequiredValue(At), cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(JsonModel(answer, line.GetValue(Levels) ?? int.MaxValue), JsonSerializerOptions.Web));
        else
            Write(answer, line.GetValue(Levels) ?? DefaultLevels, Screen.Open());
        return answer switch
        {
            { Proof: BookProof.Unknown, IsStoreFailure: false } => ExitCodes.Failed,
            { Proof: BookProof.Proven, Unreadable.Count: 0 } => ExitCodes.Succeeded,
            _ => ExitCodes.Incomplete,
        };
    }

    private static void Write(BookResult answer, int levels, IAnsiConsole screen)
    {
        screen.WriteLine($"{answer.Exchange} {answer.Market} at {FormatTime(answer.AtMicros)} UTC");
        if (answer.Proof != BookProof.Unknown)
            screen.Write(LevelTable(answer, levels));
        screen.WriteLine($"{answer.Proof}: {answer.Reason}");
        if (answer.Snapshot is { } snapshot)
            screen.WriteLine($"From the snapshot of {FormatTime(snapshot.Micros)} ({snapshot.Reason}, replica {snapshot.Replica}) and {answer.Changes:N0} diffs up to "
                + $"{FormatTime(answer.LastMicros)}: {snapshot.Key}");
        if (answer.BidHorizon is not null || answer.AskHorizon is not null)
            screen.WriteLine($"Complete from {answer.BidHorizon?.ToString() ?? "the last bid"} to {answer.AskHorizon?.ToString() ?? "the last ask"}; outside this range only levels changed since the snapshot are known (~).");
        if (answer.IsCrossed)
            screen.WriteLine("The book is crossed: the best bid is not below the best ask, so the book is wrong.");
        foreach (var sentence in answer.Unreadable)
            screen.WriteLine(sentence);
    }

    private static Table LevelTable(BookResult answer, int levels)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("bid size").RightAligned()).AddColumn(new TableColumn("price").RightAligned()).AddColumn(new TableColumn("ask size").RightAligned());
        foreach (var ask in answer.Asks.Take(levels).Reverse())
            table.AddRow("", FormatPrice(ask, answer.AskHorizon is { } worst && ask.Price > worst), ask.Size.ToString());
        table.AddRow("", FormatSpread(answer), "");
        foreach (var bid in answer.Bids.Take(levels))
            table.AddRow(bid.Size.ToString(), FormatPrice(bid, answer.BidHorizon is { } worst && bid.Price < worst), "");
        return table;
    }

    private static string FormatPrice(BookLevel level, bool uncertain) => uncertain ? $"~ {level.Price}" : level.Price.ToString();

    private static string FormatSpread(BookResult answer) =>
        answer is { Bids: [var bid, ..], Asks: [var ask, ..] } ? $"spread {ask.Price - bid.Price}" : "one side is empty";

    private static object JsonModel(BookResult answer, int levels) => new
    {
        answer.Exchange,
        Pair = answer.Market,
        At = answer.AtMicros,
        Proof = answer.Proof.ToString().ToLowerInvariant(),
        answer.Reason,
        answer.Snapshot,
        answer.Changes,
        Last = answer.LastMicros,
        answer.UpTo,
        Bids = answer.Bids.Take(levels).Select(level => new[] { level.Price.ToString(), level.Size.ToString() }),
        Asks = answer.Asks.Take(levels).Select(level => new[] { level.Price.ToString(), level.Size.ToString() }),
        BidHorizon = answer.BidHorizon?.ToString(),
        AskHorizon = answer.AskHorizon?.ToString(),
        Crossed = answer.IsCrossed,
        answer.Unreadable,
    };

    private static string FormatTime(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
