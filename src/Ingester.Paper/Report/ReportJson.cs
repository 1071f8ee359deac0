using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Paper.Report;

/// <summary>The JSON of reports. Decimals are texts, exact.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(DecimalTextConverter)])]
[JsonSerializable(typeof(PaperReport))]
[JsonSerializable(typeof(JournalCheckReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
