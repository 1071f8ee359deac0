using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Errors;
using Ingester.Schemas;

namespace Ingester.Nightly;

/// <summary><c>ingester nightly</c>: repairs, exports, certifies, verifies and publishes a day, step by step.</summary>
internal static class NightlyCommand
{
    private static readonly Option<DateOnly?> Date = CommonArguments.OptionalDay("The day, in UTC by exchange time. Default: yesterday.");

    private static readonly Option<TimeOnly[]> At = new("--at")
    {
        HelpName = "HH:mm",
        Description = "Keep running, and do this every day at this time (UTC) for the day before; can be repeated.",
        CustomParser = static result => [.. result.Tokens.Select(token =>
        {
            if (!TimeOnly.TryParseExact(token.Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
                result.AddError($"'{token.Value}' is not a time of the day, such as 00:20.");
            return time;
        })],
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly NightlyOptions Steps = new();
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("nightly", """
            Repairs, exports, certifies, verifies and publishes a day: the commands repair, export, certificate create, certificate verify, verify (with --against) and publish (with --to), in
            this order.

            Each step leaves alone what exists already. After an interruption, run it again: it continues with what is missing, and a day that is done gets no second revision.
            A repaired day gets a new one. If a step fails, the following ones are not started; only a failed repair does not stop the others.
            The exit code is 0 when every step succeeded, 3 when the day is degraded, and else that of the step that failed.

            For example:
                ingester nightly --store s3://bucket --key signing.pem --to /srv/market-data
                ingester nightly --store data --key signing.pem --to /srv/market-data --at 00:20 --at 03:00
            """)
        {
            Date, At, Exchanges, Json,
        };
        Steps.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (root, times) = (line.RootCommandResult.Command, line.GetRequiredValue(At));
        var run = new NightlyRun((arguments, stop) => CommandRunner.InvokeAsync(root, arguments, stop), TimeProvider.System);
        if (times.Length == 0)
            return await RunAsync(line, run, line.GetValue(Date) ?? Yesterday(), cancel);
        if (line.GetValue(Date) is not null)
            throw new CommandException("--at cannot be combined with --date: it always takes the day before.");
        Plan(line, Yesterday()); // errors of the command line at once
        var schedule = new DailyTimes(times);
        try
        {
            while (true)
            {
                var next = schedule.NextAfter(TimeProvider.System.GetUtcNow());
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Next run at {next:yyyy-MM-dd HH:mm} UTC."));
                await Task.Delay(next - TimeProvider.System.GetUtcNow(), TimeProvider.System, cancel);
                await RunAsync(line, run, Yesterday(), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Succeeded;
        }
    }

    private static DateOnly Yesterday() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);

    private static IReadOnlyList<NightlyStep> Plan(ParseResult line, DateOnly day) =>
        Steps.Plan(line, day, Archive.Repeat(line), [.. line.GetRequiredValue(Exchanges).Select(static exchange => exchange.Profile.Name)]);

    private static async Task<int> RunAsync(ParseResult line, NightlyRun run, DateOnly day, CancellationToken cancel)
    {
        var (results, output, json) = (new List<StepResult>(), Console.Out, line.GetValue(Json));
        if (json)
            Console.SetOut(Console.Error); // the steps print for people
        try
        {
            await foreach (var result in run.RunAsync(Plan(line, day), cancel))
            {
                results.Add(result);
                await Console.Error.WriteLineAsync(Describe(result));
            }
        }
        finally
        {
            Console.SetOut(output);
        }

        var code = NightlyRun.ExitCodeOf(results);
        await output.WriteLineAsync(json ? JsonSerializer.Serialize(JsonModel(day, code, results), JsonSerializerOptions.Web) : string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}: {Meaning(code)}"));
        return code;
    }

    private static string Describe(StepResult result) => result.ExitCode is not { } code
        ? $"{result.Step.Name}: not started"
        : string.Create(CultureInfo.InvariantCulture, $"{result.Step.Name}: {Meaning(code)}, {result.Elapsed.TotalSeconds:0.0} s");

    private static string Meaning(int code) => code switch
    {
        ExitCodes.Succeeded => "done",
        ExitCodes.Incomplete => "done, degraded",
        ExitCodes.InvalidUsage => "not started: wrong arguments or settings",
        _ => "failed",
    };

    private static object JsonModel(DateOnly day, int code, List<StepResult> results) => new
    {
        Schema = OutputSchema.Nightly,
        Day = day,
        ExitCode = code,
        Steps = results.Select(static result => new { result.Step.Name, result.ExitCode, Seconds = Math.Round(result.Elapsed.TotalSeconds, 3) }),
    };
}
