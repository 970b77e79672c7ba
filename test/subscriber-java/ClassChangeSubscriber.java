import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A subscriber of risk.class-changed.v1 that shares no code with the product: Kafka's own client, Avro's own decoder,
 * and the registry's REST interface. Prints each class change as one line of JSON.
 *
 * <p>Reads KAFKA_BROKERS and SCHEMA_REGISTRY_URL. With GROUP_ID it goes on behind what the group has committed; without,
 * it reads everything from the beginning, and with UNTIL_END=true it stops at the end the topic has when it starts.
 */
public final class ClassChangeSubscriber {
  private static final String TOPIC = "risk.class-changed.v1";
  private static final int HEADER_BYTES = 5; // byte 0, then the schema id in four bytes, big end first

  private final String registryUrl;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  private ClassChangeSubscriber(String registryUrl) {
    this.registryUrl = registryUrl;
  }

  public static void main(String[] arguments) throws Exception {
    String groupId = System.getenv("GROUP_ID");
    Properties settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, required("KAFKA_BROKERS"));
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    // The scorer writes in transactions: what was aborted must not be seen.
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    if (groupId != null) settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);

    ClassChangeSubscriber subscriber = new ClassChangeSubscriber(required("SCHEMA_REGISTRY_URL"));
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(settings)) {
      if (groupId == null) {
        subscriber.printAll(consumer, "true".equals(System.getenv("UNTIL_END")));
      } else {
        consumer.subscribe(List.of(TOPIC));
        subscriber.printAsGroup(consumer);
      }
    }
  }

  private void printAll(KafkaConsumer<String, byte[]> consumer, boolean untilEnd) throws Exception {
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC).stream().map(each -> new TopicPartition(TOPIC, each.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!untilEnd || partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) print(consumer);
  }

  private void printAsGroup(KafkaConsumer<String, byte[]> consumer) throws Exception {
    while (true) {
      print(consumer);
      // After the work: a crash repeats messages and loses none; their changeId tells a repetition.
      consumer.commitSync();
    }
  }

  private void print(KafkaConsumer<String, byte[]> consumer) throws Exception {
    for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(200))) {
      out.println(decode(message.value()));
    }
  }

  private GenericRecord decode(byte[] value) throws IOException, InterruptedException {
    ByteBuffer header = ByteBuffer.wrap(value);
    if (value.length < HEADER_BYTES || header.get() != 0) throw new IOException("the value is not in Confluent framing");
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
    return readerOf(header.getInt()).read(null, decoder);
  }

  /** Each schema is fetched once; a message is read with the schema it was written with. */
  private GenericDatumReader<GenericRecord> readerOf(int id) throws IOException, InterruptedException {
    GenericDatumReader<GenericRecord> known = readers.get(id);
    if (known != null) return known;
    HttpRequest request = HttpRequest.newBuilder(URI.create(registryUrl + "/schemas/ids/" + id)).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IOException("the registry answers " + answer.statusCode() + " for schema " + id);
    Schema schema = new Schema.Parser().parse(json.readTree(answer.body()).get("schema").asText());
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
    readers.put(id, reader);
    return reader;
  }

  private static String required(String name) {
    String value = System.getenv(name);
    if (value != null && !value.isEmpty()) return value;
    System.err.println("set " + name + ", as npm start shows it");
    System.exit(78);
    return null;
  }
}
