using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Candles;
using Ingester.Commands;
using Ingester.Databases;
using Ingester.Derivation;
using Ingester.Nightly;
using Ingester.Testing;
using RunCommand = Ingester.Paper.Hosting.RunCommand;

namespace Ingester.Tests.Program.Configuration;

/// <summary>The programs accept the commands that <c>docker-compose.yml</c> starts.</summary>
public sealed partial class ComposeCommandTests
{
    private static readonly Command[] Recorder =
    [
        RecordCommand.Create(), SimulateCommand.Create(), RepairCommand.Create(), CandlesCommand.Create(), NightlyCommand.Create(), DeriveCommand.Create(), PostgresCommand.Create(),
    ];

    [Fact]
    public void Command_of_every_service_is_accepted()
    {
        var services = Service().Split(File.ReadAllText(Path.Combine(Corpus.Repository, "docker-compose.yml"))).Where(static block => CommandLine().IsMatch(block)).ToList();
        var accepted = new List<string>();
        foreach (var block in services)
        {
            Command[]? commands = Image().Match(block).Groups["name"].Value switch
            {
                "ingester" => Recorder,
                "ingester-paper" => [RunCommand.Create()],
                _ => null, // of other programs, and of the dashboard, which has no command
            };
            if (commands is null)
                continue;
            var words = JsonSerializer.Deserialize<string[]>(Variable().Replace(CommandLine().Match(block).Groups["words"].Value, "$1"))!;
            var errors = commands.Single(one => one.Name == words[0]).Parse(words[1..]).Errors;
            Assert.True(errors.Count == 0, $"{string.Join(' ', words)}: {string.Join(' ', errors.Select(static error => error.Message))}");
            accepted.Add(words[0]);
        }

        Assert.Equal(["candles", "derive", "nightly", "postgres", "record", "repair", "run", "simulate"], accepted.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^  (?=[a-z-]+:)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Service();

    [GeneratedRegex("^    image: (?<name>[a-z/-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Image();

    [GeneratedRegex("^    command: (?<words>\\[.*\\])$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommandLine();

    [GeneratedRegex("\\$\\{[A-Z_]+:-([^}]*)\\}")]
    private static partial Regex Variable();
}
