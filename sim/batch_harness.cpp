// Run whole shots through a Verilated core without leaving C++.
//
// Compiled by quantacore.sim.verilator with NUM_DETECTORS, NUM_EDGES, NUM_OBSERVABLES,
// WORD_BITS, WITH_CORRECTIONS, HAS_LATER, HAS_LINK_ROWS, LINK_TARGETS_BYTES and LINK_LENGTHS_BYTES
// defined; called by quantacore.sim.batch through ctypes.
#include "core_model.h"

namespace {

constexpr int kShotWords = words_for(NUM_DETECTORS);
constexpr int kCorrectionWords = words_for(NUM_EDGES);
constexpr int kShotBytes = bytes_for(NUM_DETECTORS);
constexpr int kCorrectionBytes = bytes_for(NUM_EDGES);
constexpr int kImageWordBytes = 1 + 1 + 8 + LINK_TARGETS_BYTES + LINK_LENGTHS_BYTES + 4 + 1;
constexpr uint32_t kCounterMax = 0xffff;

struct Answers {
    uint64_t* observables;
    uint32_t* growth_steps;
    uint32_t* cycles;
    uint8_t* passes;
    uint8_t* unmatched;
    uint32_t* volumes;
    uint8_t* contested;
    uint8_t* corrections;  // kCorrectionBytes a shot, zeroed by the caller; may be null
};

class Core : public ClockedModel {
  public:
    explicit Core(int seed) : ClockedModel(seed) {
        model_->rounds_valid = 0;
        model_->image_valid = 0;
        model_->predictions_ready = 1;
#if WITH_CORRECTIONS
        model_->corrections_ready = 1;
#endif
        reset();
    }

    void reset() {
        model_->rst = 1;
        for (int i = 0; i < 4; ++i) {
            settle();
            tick();
        }
        model_->rst = 0;
        settle();
    }

    uint32_t graph_hash() const { return model_->graph_hash; }

    // Each word of `words` is kImageWordBytes: its fields one after another, little-endian.
    int load_image(const uint8_t* words, int64_t num_words) {
        for (int64_t word = 0; word < num_words; ++word) {
            model_->image_valid = 1;
            const uint8_t* field = words + word * kImageWordBytes;
            put(model_->image_length, field, 1);
            ++field;
#if HAS_LATER
            put(model_->image_later, field, 1);
#endif
            ++field;
#if NUM_OBSERVABLES
            put(model_->image_observables, field, 8);
#endif
            field += 8;
#if HAS_LINK_ROWS
            put(model_->image_link_targets, field, LINK_TARGETS_BYTES);
            put(model_->image_link_lengths, field + LINK_TARGETS_BYTES, LINK_LENGTHS_BYTES);
            put(model_->image_link_next, field + LINK_TARGETS_BYTES + LINK_LENGTHS_BYTES, 4);
#endif
            field += LINK_TARGETS_BYTES + LINK_LENGTHS_BYTES + 4;
            put(model_->image_last, field, 1);
            uint64_t waited = 0;
            for (bool moved = false; !moved; ++waited) {
                if (waited > kPatience) return HANGS;
                settle();
                moved = model_->image_ready;
                tick();
            }
        }
        model_->image_valid = 0;
        // The core is idle here, so the swap needs a cycle after the last word.
        settle();
        tick();
        settle();
        return model_->image_loaded && !model_->image_error ? OK : REPORTS_ERROR;
    }

    int decode(const uint8_t* events, int64_t num_shots, int passes, bool isolated,
               const Answers& answers,
               int64_t* num_done) {
#if HAS_LATER
        model_->max_passes = passes;
#endif
        int64_t sent = 0, predicted = 0, corrected = 0;
        int word = 0, correction_word = 0;
        uint64_t last_progress = total_cycles_;
        uint64_t accepted_at = 0;
        uint8_t bytes[kWordBytes];
        while (predicted < num_shots || (WITH_CORRECTIONS && corrected < num_shots)) {
            *num_done = predicted;
            const bool held_back =
                isolated && word == 0 && (predicted < sent || (WITH_CORRECTIONS && corrected < sent));
            const bool offer = sent < num_shots && !held_back;
            model_->rounds_valid = offer;
            if (offer) {
                const int first = word * WORD_BITS;
                copy_bits_out(events + sent * kShotBytes, kShotBytes, first, WORD_BITS, bytes);
                put(model_->rounds_data, bytes, kWordBytes);
                model_->rounds_last = word == kShotWords - 1;
            }
            settle();
            const bool moves = offer && model_->rounds_ready;
            if (model_->predictions_valid) {
                const uint32_t counted = model_->predictions_cycles;
                const uint64_t measured = total_cycles_ - accepted_at;
                if (isolated && counted < kCounterMax && counted != measured) return COUNTS_WRONG;
#if NUM_OBSERVABLES
                answers.observables[predicted] = model_->predictions_observables;
#endif
                answers.growth_steps[predicted] = model_->predictions_growth_steps;
                answers.cycles[predicted] = counted;
                answers.passes[predicted] = model_->predictions_passes;
                answers.unmatched[predicted] = model_->predictions_unmatched;
                answers.volumes[predicted] = model_->predictions_volume;
                answers.contested[predicted] = model_->predictions_contested;
                ++predicted;
                last_progress = total_cycles_;
            }
#if WITH_CORRECTIONS
            if (model_->corrections_valid) {
                if (answers.corrections) {
                    std::memcpy(bytes, &model_->corrections_data, kWordBytes);
                    or_bits_in(bytes, WORD_BITS, answers.corrections + corrected * kCorrectionBytes,
                               kCorrectionBytes, correction_word * WORD_BITS);
                }
                const bool last = correction_word == kCorrectionWords - 1;
                if (bool(model_->corrections_last) != last) return REPORTS_ERROR;
                correction_word = last ? 0 : correction_word + 1;
                corrected += last;
                last_progress = total_cycles_;
            }
#endif
            if (moves) {
                if (word == kShotWords - 1) accepted_at = total_cycles_;
                sent += word == kShotWords - 1;
                word = word == kShotWords - 1 ? 0 : word + 1;
                last_progress = total_cycles_;
            }
            tick();
            if (total_cycles_ - last_progress > kPatience) return HANGS;
        }
        *num_done = predicted;
        model_->rounds_valid = 0;
        settle();
        return model_->rounds_error ? REPORTS_ERROR : OK;
    }
};

}  // namespace

extern "C" {
Core* core_new(int seed) { return new Core(seed); }
void core_delete(Core* core) { delete core; }
void core_reset(Core* core) { core->reset(); }
uint32_t core_graph_hash(Core* core) { return core->graph_hash(); }
uint64_t core_total_cycles(Core* core) { return core->total_cycles(); }
int core_load_image(Core* core, const uint8_t* words, int64_t num_words) {
    return core->load_image(words, num_words);
}
int core_decode(Core* core, const uint8_t* events, int64_t num_shots, int passes,
                int isolated, uint64_t* observables, uint32_t* growth_steps, uint32_t* cycles,
                uint8_t* passes_used, uint8_t* unmatched, uint32_t* volumes, uint8_t* contested,
                uint8_t* corrections, int64_t* num_done) {
    const Answers answers{observables, growth_steps, cycles,    passes_used,
                          unmatched,   volumes,      contested, corrections};
    return core->decode(events, num_shots, passes, isolated, answers, num_done);
}
}
