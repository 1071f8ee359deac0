using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Paper.Journal;

/// <summary>The JSON of headers and footers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BlockHeader))]
[JsonSerializable(typeof(BlockFooter))]
internal sealed partial class BlockJson : JsonSerializerContext;
