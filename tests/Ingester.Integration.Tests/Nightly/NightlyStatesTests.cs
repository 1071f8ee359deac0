using System.Text.Json.Nodes;

namespace Ingester.Integration.Tests.Nightly;

/// <summary>Which way the state machine goes, by the exit codes of its tasks.</summary>
public sealed class NightlyStatesTests
{
    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly NightlyStates states;

    public NightlyStatesTests() => states = new((step, _) => Task.FromResult(codes.GetValueOrDefault(step)));

    private bool WasReported => states.Calls.Exists(static call => call.Resource.EndsWith("putMetricData", StringComparison.Ordinal));

    [Fact]
    public async Task Steps_run_in_order_with_the_day_of_the_input()
    {
        await states.RunAsync();
        Assert.Equal(
            [
                "repair --from 2025-10-25 --to 2025-10-26", "export --date 2025-10-25 --shard 1/2", "export --date 2025-10-25 --shard 2/2",
                "certificate create --date 2025-10-25 --kms alias/certificates", "certificate verify --date 2025-10-25 --kms alias/certificates", "publish --date 2025-10-25 --to s3://public",
            ],
            states.Commands);
        Assert.False(WasReported);
    }

    [Theory]
    [InlineData("repair", 3)]
    [InlineData("repair", 1)]
    [InlineData("export", 3)]
    [InlineData("certificate", 3)]
    [InlineData("witness", 3)]
    [InlineData("publish", 3)]
    public async Task Degraded_day_is_published_and_reported(string step, int code)
    {
        states["families"] = new JsonArray("binance", "okx");
        codes[step] = code;
        await states.RunAsync(witness: true);
        Assert.StartsWith("publish ", states.Commands[^1], StringComparison.Ordinal);
        Assert.Equal(2, states.Commands.Count(static command => command.StartsWith("verify --against ", StringComparison.Ordinal)));
        var (resource, parameters) = Assert.Single(states.Calls);
        Assert.Equal(("arn:aws:states:::aws-sdk:cloudwatch:putMetricData", "ingester.nightly.degraded"), (resource, parameters["MetricData"]![0]!["MetricName"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("export", 1)]
    [InlineData("export", 2)]
    [InlineData("certificate", 1)]
    [InlineData("verify", 1)]
    [InlineData("witness", 1)]
    [InlineData("publish", 1)]
    [InlineData("publish", 137)] // killed, for example without memory
    public async Task Failed_step_ends_the_run(string step, int code)
    {
        states["families"] = new JsonArray("binance");
        codes[step] = code;
        var failure = await Assert.ThrowsAsync<StateFailure>(() => states.RunAsync(witness: true));
        Assert.Contains($"\"ExitCode\":{code}", failure.Cause, StringComparison.Ordinal);
        Assert.Equal(step == "publish", states.Commands.Exists(static command => command.StartsWith("publish ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tasks_that_do_not_start_are_tried_again()
    {
        states.Throttled = 4;
        await states.RunAsync();
        Assert.Equal(6, states.Commands.Count);
        states.Throttled = 5;
        states.Commands.Clear();
        await states.RunAsync(); // a repair that does not start leaves gaps
        Assert.StartsWith("export ", states.Commands[0], StringComparison.Ordinal);
        Assert.True(WasReported);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Different_counts_make_the_day_degraded(int different)
    {
        (states["counts"], states.DifferentCounts) = (true, different);
        await states.RunAsync();
        Assert.Equal(["'2025-10-26T00:20:00Z'"], states.Calls[0].Parameters["ExecutionParameters"]!.AsArray().Select(static value => value!.GetValue<string>()));
        Assert.Equal("query-1", states.Calls[1].Parameters["QueryExecutionId"]!.GetValue<string>());
        Assert.Equal(different > 0, WasReported);
        Assert.StartsWith("publish ", states.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Day_without_certificate_is_late()
    {
        await states.RunAsync(day: "yesterday", template: "late");
        Assert.Equal("certificate show --date yesterday", Assert.Single(states.Commands));
        codes["verify"] = 1;
        await Assert.ThrowsAsync<StateFailure>(() => states.RunAsync(day: "yesterday", template: "late"));
    }

    [Fact]
    public async Task Every_state_is_entered_in_some_run()
    {
        var entered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var code in new[] { 0, 3, 1 })
            foreach (var step in new[] { "repair", "export", "certificate", "witness", "publish" })
            {
                codes.Clear();
                codes[step] = code;
                states["families"] = new JsonArray("binance");
                (states["counts"], states.DifferentCounts) = (true, code);
                await states.RunAsync(witness: true).ContinueWith(static _ => { }, TaskScheduler.Default);
                entered.UnionWith(states.Entered.Select(static name => name.Trim('[', ']')));
            }

        Assert.Equal(NamesOf(JsonNode.Parse(System.Text.RegularExpressions.Regex.Replace(await File.ReadAllTextAsync(Path.Combine(Telemetry.RoleTests.Deployment, "nightly", "states.json.tftpl"), TestContext.Current.CancellationToken), @"\$\{jsonencode[^}]*\}", "0"))!).Order(StringComparer.Ordinal), entered.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(JsonNode machine) => machine["States"]!.AsObject().SelectMany(static state => state.Value!["ItemProcessor"] is { } inner ? NamesOf(inner).Prepend(state.Key) : [state.Key]);
}
