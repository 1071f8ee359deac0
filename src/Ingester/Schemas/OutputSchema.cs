namespace Ingester.Schemas;

/// <summary>
/// Names of the JSON documents that the program prints or serves: the value of their field <c>schema</c>, and the name of the file with their JSON schema in <c>docs/schemas</c>. The
/// number rises when a field is removed, renamed or changes its meaning; new fields keep it.
/// </summary>
internal static class OutputSchema
{
    /// <summary><c>/status</c>.</summary>
    public const string Status = "status-1";

    /// <summary>One market of <c>/markets</c>.</summary>
    public const string MarketView = "market-view-1";

    /// <summary>The lines of <c>/live</c>; the first one has the name.</summary>
    public const string Live = "live-1";

    /// <summary>One exchange of <c>ingester exchanges --json</c>.</summary>
    public const string Exchanges = "exchanges-1";

    /// <summary>One market of <c>ingester markets --json</c>.</summary>
    public const string Markets = "markets-1";

    /// <summary>One line of <c>ingester instruments</c>.</summary>
    public const string Instruments = "instruments-1";

    /// <summary><c>ingester book --json</c>.</summary>
    public const string Book = "book-1";

    /// <summary><c>ingester audit --json</c>.</summary>
    public const string Audit = "audit-1";

    /// <summary><c>ingester repair --json</c>.</summary>
    public const string Repair = "repair-1";

    /// <summary><c>ingester check --json</c> and <c>report.json</c>.</summary>
    public const string Check = "check-1";

    /// <summary><c>ingester candles --json</c>.</summary>
    public const string Candles = "candles-1";

    /// <summary><c>ingester import --json</c>.</summary>
    public const string Import = "import-1";

    /// <summary><c>ingester derive --json</c>.</summary>
    public const string Derive = "derive-1";

    /// <summary>One certificate of <c>ingester certificate create --json</c>.</summary>
    public const string CertificateCreate = "certificate-create-1";

    /// <summary>One certificate of <c>ingester certificate verify --json</c>.</summary>
    public const string CertificateVerify = "certificate-verify-1";

    /// <summary>One comparison of <c>ingester verify --json</c>.</summary>
    public const string Verify = "verify-1";

    /// <summary><c>ingester publish --json</c>.</summary>
    public const string Publish = "publish-1";

    /// <summary><c>ingester publish --to dataexchange --json</c>.</summary>
    public const string PublishDataExchange = "publish-dataexchange-1";

    /// <summary><c>ingester publish revoke --json</c>.</summary>
    public const string PublishRevoke = "publish-revoke-1";

    /// <summary><c>ingester expire --json</c>.</summary>
    public const string Expire = "expire-1";

    /// <summary><c>ingester nightly --json</c>.</summary>
    public const string Nightly = "nightly-1";

    /// <summary>The lines of <c>ingester candles --compare --json</c>; the last one has the name.</summary>
    public const string CandlesCompare = "candles-compare-1";

    /// <summary><c>ingester postgres load --json</c>.</summary>
    public const string PostgresLoad = "postgres-load-1";

    /// <summary><c>ingester-paper report --json</c>.</summary>
    public const string PaperReport = "paper-report-1";

    /// <summary><c>ingester-paper verify-journal --json</c>.</summary>
    public const string PaperVerify = "paper-verify-1";
}
