using System.Text.Json.Nodes;
using Ingester.Integration.Tests.Telemetry;

namespace Ingester.Integration.Tests.Nightly;

/// <summary>The state machine of the deployment with tasks that a test runs.</summary>
/// <param name="runStep">Runs the command of a step, such as <c>export</c>, and returns its exit code.</param>
internal sealed class NightlyStates(Func<string, IReadOnlyList<string>, Task<int>> runStep)
{
    private const string RunTask = "arn:aws:states:::ecs:runTask.sync";

    private readonly Dictionary<string, JsonNode> values = new(StringComparer.Ordinal)
    {
        ["cluster"] = "cluster",
        ["subnets"] = new JsonArray("subnet-1"),
        ["security_groups"] = new JsonArray("sg-1"),
        ["assign_public_ip"] = "ENABLED",
        ["shards"] = new JsonArray("1/2", "2/2"),
        ["concurrency"] = 2,
        ["families"] = new JsonArray(),
        ["counts"] = false,
        ["counts_query"] = "SELECT ?",
        ["counts_parameters"] = "States.Array(States.Format('\\'{}\\'', $.at))",
        ["publish"] = true,
        ["publish_to"] = "s3://public",
        ["key"] = "alias/certificates",
        ["workgroup"] = "ingester",
        ["database"] = "ingester",
        ["namespace"] = "Ingester",
    };

    /// <summary>The commands that were run, in order.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>The calls of other services, in order.</summary>
    public List<(string Resource, JsonNode Parameters)> Calls { get; } = [];

    /// <summary>How often the next tasks are refused before they start, because of throttling.</summary>
    public int Throttled { get; set; }

    /// <summary>Number of streams of which Athena and the export have different trades.</summary>
    public int DifferentCounts { get; set; }

    /// <summary>The names of the states that the last execution entered.</summary>
    public IReadOnlyList<string> Entered { get; private set; } = [];

    /// <summary>Sets a value of the template.</summary>
    public JsonNode this[string name]
    {
        set => values[name] = value;
    }

    /// <summary>Runs an execution of a day.</summary>
    /// <exception cref="StateFailure">The execution fails.</exception>
    public async Task RunAsync(string day = "2025-10-25", string until = "2025-10-26", bool witness = false, string template = "states")
    {
        foreach (var step in new[] { "repair", "export", "certificate", "verify", "witness", "publish" })
            values[$"{step}_task"] = $"arn:aws:ecs:us-east-1:123456789012:task-definition/ingester-nightly-{step}";
        var machine = new StateMachine(StateMachine.Render(await File.ReadAllTextAsync(Path.Combine(RoleTests.Deployment, "nightly", $"{template}.json.tftpl")), values), RunAsync);
        try
        {
            await machine.RunAsync(new JsonObject { ["day"] = day, ["until"] = until, ["at"] = $"{until}T00:20:00Z", ["witness"] = witness });
        }
        finally
        {
            Entered = machine.Entered;
        }
    }

    private async Task<JsonNode?> RunAsync(string resource, JsonNode parameters)
    {
        if (resource != RunTask)
        {
            Calls.Add((resource, parameters));
            return resource switch
            {
                "arn:aws:states:::athena:startQueryExecution.sync" => new JsonObject { ["QueryExecution"] = new JsonObject { ["QueryExecutionId"] = "query-1" } },
                "arn:aws:states:::athena:getQueryResults" => new JsonObject { ["ResultSet"] = new JsonObject { ["Rows"] = new JsonArray([.. Enumerable.Range(0, 1 + DifferentCounts).Select(static _ => new JsonObject())]) } },
                "arn:aws:states:::aws-sdk:cloudwatch:putMetricData" => new JsonObject(),
                _ => throw new NotSupportedException(resource),
            };
        }

        if (Throttled-- > 0)
            throw new StateFailure("ECS.ThrottlingException", "Rate exceeded");
        var container = parameters["Overrides"]!["ContainerOverrides"]!.AsArray().Single()!;
        string[] command = [.. container["Command"]!.AsArray().Select(static word => word!.GetValue<string>())];
        var step = container["Name"]!.GetValue<string>();
        Assert.EndsWith($"ingester-nightly-{step}", parameters["TaskDefinition"]!.GetValue<string>(), StringComparison.Ordinal);
        Commands.Add(string.Join(' ', command));
        return await runStep(step, command) switch
        {
            0 => new JsonObject(),
            var code => throw new StateFailure("States.TaskFailed", new JsonObject { ["StopCode"] = "EssentialContainerExited", ["Containers"] = new JsonArray(new JsonObject { ["Name"] = step, ["ExitCode"] = code }) }.ToJsonString()),
        };
    }
}
