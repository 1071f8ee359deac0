using System.CommandLine;
using Ingester.Commands;
using Ingester.Hosting;

if (DescriptorLimit.WhyNothingRuns() is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return CommandRunner.Misused;
}

HostFiles.LeaveAlone();
var root = new RootCommand("Records public trades and order-book changes of crypto exchanges, gapless, into gzipped JSON lines.")
{
    RecordCommand.Create(),
    ImportCommand.Create(),
    MarketsCommand.Create(),
    DemoCommand.Create(),
    SimulateCommand.Create(),
    HealthCommand.Create(),
    AuditCommand.Create(),
    MergeCommand.Create(),
    ReplayCommand.Create(),
    BookCommand.Create(),
    RepairCommand.Create(),
};
root.Description += """


    Begin with:  ingester demo           everything at work on this machine in under a minute
                 ingester markets kraken which markets an exchange has
                 ingester record --help  record for real
                 ingester audit --help   what is complete, and what is missing

    Exit codes:  0 done, nothing left behind
                 1 failed, or something is wrong, was left behind, or the store refuses
                 2 arguments or settings are wrong; nothing was started
                 3 finished, but named parts are missing or degraded for good
    """;
return await CommandRunner.RunAsync(root, args);
