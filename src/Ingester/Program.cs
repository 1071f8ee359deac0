using System.CommandLine;
using Ingester.Candles;
using Ingester.Certifying;
using Ingester.Commands;
using Ingester.Databases;
using Ingester.Derivation;
using Ingester.Errors;
using Ingester.Expiry;
using Ingester.Exporting;
using Ingester.Hosting;
using Ingester.Nightly;
using Ingester.Publication;
using Ingester.Verifying;
using Ingester.Watching;

if (DescriptorLimit.FindStartupError() is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return ExitCodes.InvalidUsage;
}

ConfigurationReload.Disable();
var root = new RootCommand("Records public trades and order-book diffs of crypto exchanges as gzip-compressed JSON lines, and reports all missing data.")
{
    RecordCommand.Create(),
    ImportCommand.Create(),
    ExchangesCommand.Create(),
    MarketsCommand.Create(),
    CheckCommand.Create(),
    DemoCommand.Create(),
    SimulateCommand.Create(),
    HealthCommand.Create(),
    TopCommand.Create(),
    AuditCommand.Create(),
    MergeCommand.Create(),
    ReplayCommand.Create(),
    BookCommand.Create(),
    InstrumentsCommand.Create(),
    RepairCommand.Create(),
    ExportCommand.Create(),
    ServeCommand.Create(),
    DeriveCommand.Create(),
    PostgresCommand.Create(),
    CertificateCommand.Create(),
    VerifyCommand.Create(),
    PublishCommand.Create(),
    ExpireCommand.Create(),
    NightlyCommand.Create(),
    CandlesCommand.Create(),
};
root.Description += """


    Begin with:  ingester demo           simulated exchanges and two replicas on this machine, in about a minute
                 ingester exchanges      what each exchange offers, and what a recording proves
                 ingester markets kraken the markets of an exchange
                 ingester record --help  record live markets
                 ingester audit --help   report complete and missing windows
                 ingester export --help  write a day as CSV and Parquet files
                 ingester derive --help  compute bars, quotes and book metrics

    Exit codes:  0 success
                 1 failure: an error, a failed check, objects not stored, or the store rejects requests
                 2 invalid arguments or settings; nothing was started
                 3 finished, but the reported parts are permanently missing or unproven
    """;
return await CommandRunner.RunAsync(root, args);
